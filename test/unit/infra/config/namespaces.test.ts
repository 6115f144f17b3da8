import { applicationParts, problemsOf, read } from '../support';

const { edge } = applicationParts;
const whole = { layers: ['platform', 'application'], namespaces: ['shop'], namespace: 'shop' };
const application = { layers: ['application'], namespace: 'shop' };

describe('the namespace of edge and load test', () => {
  it('is that of the application with an ending, or the one that is named', () => {
    expect(read(application).edgeNamespace).toBe('shop-edge');
    expect(read({ ...application, edgeNamespace: 'front' }).edgeNamespace).toBe('front');
  });

  it.each([{ edge }, { loadtest: {} }])(
    'has to be made by a stack that makes namespaces itself: %j',
    (part) => {
      const missing = (name: string) => [
        {
          path: 'bookinfo:edgeNamespace',
          problem: `is ${name}, which bookinfo:outsideNamespaces does not list`,
          remedy: `add ${name} to bookinfo:outsideNamespaces: this stack makes its namespaces itself`,
        },
      ];
      expect(problemsOf(() => read({ ...whole, ...part }))).toEqual(missing('shop-edge'));
      const elsewhere = { ...whole, ...part, edgeNamespace: 'front', outsideNamespaces: ['shop-edge'] };
      expect(problemsOf(() => read(elsewhere))).toEqual(missing('front'));
      expect(problemsOf(() => read({ ...whole, ...part, outsideNamespaces: ['shop-edge'] }))).toEqual([]);
      expect(problemsOf(() => read({ ...application, ...part }))).toEqual([]);
    },
  );

  it('need not be there where nothing goes into it', () => {
    expect(problemsOf(() => read(whole))).toEqual([]);
    expect(problemsOf(() => read({ ...application, namespace: 'n'.repeat(63) }))).toEqual([]);
  });

  it('has to be set where the application leaves no room for the ending', () => {
    const namespace = 'n'.repeat(59);
    expect(problemsOf(() => read({ ...application, namespace: 'n'.repeat(58), edge }))).toEqual([]);
    expect(problemsOf(() => read({ ...application, namespace, edge }))).toEqual([
      {
        path: 'bookinfo:edgeNamespace',
        problem: `is ${namespace}-edge unless it is set, which has 64 characters, more than 63`,
        remedy: 'set bookinfo:edgeNamespace, such as prod-edge',
      },
    ]);
    expect(problemsOf(() => read({ ...application, namespace, edge, edgeNamespace: 'front' }))).toEqual([]);
  });
});

describe('the namespace of the pipeline’s accounts', () => {
  const platform = { layers: ['platform'], namespaces: ['prod', 'pipeline'], outsideNamespaces: ['front'] };
  const refused = (name: string, list: string) => ({
    path: 'bookinfo:access.namespace',
    problem: `is ${name}, which bookinfo:${list} lists too`,
    remedy: 'give the accounts a namespace in which nothing runs: it is made with them',
  });

  it.each([
    ['by default', {}, [refused('pipeline', 'namespaces')]],
    ['as it is named', { namespace: 'front' }, [refused('front', 'outsideNamespaces')]],
    ['and may be any other', { namespace: 'accounts' }, []],
  ])('is none in which pods run, %s', (_how, access, expected) => {
    expect(problemsOf(() => read({ ...platform, access }))).toEqual(expected);
  });

  it('is nobody’s without accounts', () => {
    expect(problemsOf(() => read(platform))).toEqual([]);
  });
});
