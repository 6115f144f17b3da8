export { platformTools, testTools, type ToolName } from './catalogue';
export { doctor, formatReport, printDoctor, type Report, type ToolFinding } from './doctor';
export { ensureTools, type EnsureOptions, type Source, type Toolchain } from './ensure';
export { ToolchainError, type Hindrance } from './errors';
export { isExecutable } from './lookup';
export { type Machine, thisMachine } from './machine';
export { checkPrerequisites, type Finding, requireAll } from './prerequisites';
export { areThere } from './missing';
export type { ProgressMode } from './progress';
