/** Everything that needs neither the engine nor its SDK. */
export { typeAliases, typeToken } from './kinds';
export type { Manifest, Metadata } from './manifest';
export { asString, asValue, OutputText, type Deferred } from './outputs';
export {
  planChart,
  type ChartSource,
  type PlannedObject,
  type PlanOptions,
  type Transformation,
} from './planChart';
export { ChartError, type ChartProblem } from './problems';
