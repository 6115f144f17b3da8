export { KEY_PREFIX, rawConfig, secretKeys, secretValue, type RawConfig } from './raw';
export { readSettings } from './read';
export { layers, owns, type Layer, type Settings } from './settings';
export { layerRules } from './layerRules';
export { schemaFor } from './schema';
