export { type OnDrift, findDrift } from './driftCheck';
export { type Ports, portsOf } from './ports';
export { commandLine, openSession, type Session } from './session';
export { standing, subjectOf, type Subject } from './subject';
