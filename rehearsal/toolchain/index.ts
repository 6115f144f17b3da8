export { platformTools, testTools, type ToolName } from './catalogue';
export { printDoctor } from './doctor';
export { ensureTools, type Toolchain } from './ensure';
export { isExecutable } from './lookup';
export { thisMachine } from './machine';
export { checkPrerequisites, requireAll } from './prerequisites';
export { areThere } from './missing';
