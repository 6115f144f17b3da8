/** What a stack remembers of its releases: read before an update, written by it. */
export {
  readApplied,
  RELEASE_OUTPUT,
  rememberedReleases,
  stackName,
  type AppliedReleases,
  type Remembered,
} from './applied';
export { releaseOutput, type TakenStep } from './output';
