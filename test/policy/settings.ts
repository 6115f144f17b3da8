import { rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { demands } from '../../policies/model/policy';
import type { Case } from '../unit/policies/cases';

/** The block list of the case at hand. */
const LIST = join(tmpdir(), `block-list-${process.pid}.json`);

export const forgetBlockList = (): void => rmSync(LIST, { force: true });

/**
 * A settings file's content for a case: what it asks for, and `policy` mandatory.
 *
 * @param policy Some are advisory by default and would not fail a preview.
 */
export function settingsOf({ settings = {} }: Case, policy?: string): object {
  const { listMade, blocked, require, retired, registries, kinds, signatures, nodeAgents } = settings;
  const listed = listMade !== undefined || blocked !== undefined;
  if (listed) {
    const list = { made: listMade ?? new Date().toISOString(), images: blocked ?? [] };
    writeFileSync(LIST, JSON.stringify(list));
  }
  // Digests and signatures would have to be invented, and without a list its age is a finding in every case.
  const usual = demands.filter(
    (demand) => !['digests', 'signatures'].includes(demand) && (demand !== 'block-list' || listed),
  );
  return {
    environment: 'production',
    require: require ?? usual,
    ...(registries === undefined ? {} : { registries }),
    ...(retired === undefined ? {} : { retired }),
    ...(kinds === undefined ? {} : { kinds }),
    ...(signatures === undefined ? {} : { signatures }),
    ...(nodeAgents === undefined ? {} : { nodeAgents }),
    ...(listed ? { blockList: LIST } : {}),
    ...(policy === undefined ? {} : { enforcement: { [policy]: 'mandatory' } }),
  };
}
