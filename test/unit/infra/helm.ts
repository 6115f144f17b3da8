import { fakeRenderer } from '../components/istio/support';

/** Stands in for the module that runs helm, which a unit test has not: every chart gives a few objects. */
export const helmRenderer = fakeRenderer().renderer;
