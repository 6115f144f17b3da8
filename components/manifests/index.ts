export { Manifests, type ManifestsArgs } from './manifests';
