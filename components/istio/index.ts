export { helmRenderer, type Renderer, type RenderRelease } from './helm';
export { Istio, type DeclaredGateway, type IstioArgs } from './istio';
export * from './pure';
