'use strict';
// The engine tells whatever it starts that it traces, and the SDK answers by loading a tracer, which takes longer than what is
// to be seen. The engine's own spans hold both ends of every call, so the program need not trace. Loaded by NODE_OPTIONS.
delete process.env.TRACEPARENT;
