'use strict';
// The first process inside a rehearsal's namespaces; started by rehearsal/platform, never by hand.
require('./fresh').run('rehearsal/platform/host.ts');
