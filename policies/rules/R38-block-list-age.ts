import { judge } from '../model/judge';
import { everywhere, finding, type Policy } from '../model/policy';
import { workloads } from '../view/workloads';

const DAY_MS = 86_400_000;

export const blockListAge: Policy = {
  id: 'R38-block-list-age',
  title: 'The list of blocked images is there and fresh',
  severity: 'low',
  enforcement: everywhere('mandatory'),
  scope: 'stack',
  remedy: 'Scan the images again and commit the new list.',
  document: 'A list says nothing of vulnerabilities found after it was made',
  check: (view) =>
    judge(workloads(view).slice(0, 1), ({ object }) => {
      const { blockList, blockListMaxAgeDays, today } = view.settings;
      const told = (problem: string, remedy: string) =>
        finding(object, 'settings.blockList', problem, remedy, 'block-list');
      if (blockList === undefined)
        return told(
          'is not set: images with known vulnerabilities are not looked for',
          'set blockList to a file',
        );
      if (blockList.made === undefined)
        return told(
          'does not say when it was made',
          'add the date as made, or use a Trivy report that has CreatedAt',
        );
      const days = Math.floor((today.getTime() - blockList.made.getTime()) / DAY_MS);
      // Clocks differ by minutes, not by a day: such a list would be fresh for as long as it lies ahead.
      if (days < -1)
        return told(
          `says that it was made ${-days} days from now`,
          'correct the date, or scan again and commit the new list',
        );
      return days <= blockListMaxAgeDays
        ? undefined
        : told(`is ${days} days old, more than ${blockListMaxAgeDays}`, 'scan again and commit the new list');
    }),
};
