import { tokenProblem } from '../../../../components/datakit/dataway';

describe('a token', () => {
  it('is taken as the workspace shows it', () => {
    expect(tokenProblem('tkn_0123456789abcdefABCDEF-_', 'token')).toBeUndefined();
  });

  it.each(['', 'tkn marker', 'tkn_marker&x=1', 'https://openway?token=marker', 'marker\n'])(
    'is refused as %j, and not repeated',
    (token) => {
      const problem = tokenProblem(token, 'token');
      expect(problem?.path).toBe('token');
      expect(JSON.stringify(problem)).not.toContain('marker');
    },
  );
});
