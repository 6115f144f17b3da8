import type { SourceKind } from './kind';
import { envoy } from './sources/envoy';
import { guance } from './sources/guance';
import { prometheus } from './sources/prometheus';

/** Every source that a stack can name, in the order of the reference page. */
export const sourceKinds = [prometheus, guance, envoy] as const satisfies readonly SourceKind[];
