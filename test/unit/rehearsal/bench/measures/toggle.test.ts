import { Toggle } from '../../../../../rehearsal/bench/measures/toggle';

test('every turn has something to change, beginning with the step that is not there yet', () => {
  const toggle = new Toggle();
  expect([toggle.take(), toggle.take(), toggle.take()]).toEqual(['10', '0', '10']);
});
