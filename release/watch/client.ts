/**
 * The page's script. It swaps in what the server has drawn and escaped; it knows nothing of releases. Written for browsers as
 * it stands: it is served as a file, and the page's policy allows no other script.
 */
export const clientScript = `'use strict';
(() => {
  const at = (id) => document.getElementById(id);
  const live = at('live');
  const say = (words, state) => {
    if (live.textContent !== words) live.textContent = words;
    live.className = state;
  };
  const show = (parts) => {
    for (const [id, html] of Object.entries(parts)) {
      const place = at(id);
      if (place !== null) place.innerHTML = html;
    }
  };
  const follow = () => {
    const source = new EventSource('/events');
    source.addEventListener('parts', ({ data }) => {
      show(JSON.parse(data));
      say('live', 'on');
    });
    source.addEventListener('trouble', ({ data }) => say(JSON.parse(data), 'off'));
    source.onerror = () => say('not connected, trying again', 'off');
  };
  const replay = () => {
    const moment = at('moment');
    const play = at('play');
    const from = Number(moment.min);
    const to = Number(moment.max);
    let asked = 0;
    let timer;
    const draw = async () => {
      asked += 1;
      const mine = asked;
      const answer = await fetch('/at?t=' + moment.value);
      const parts = await answer.json();
      if (mine !== asked) return;
      show(parts);
      at('clock').textContent = new Date(Number(moment.value)).toISOString().slice(11, 19);
    };
    const stop = () => {
      clearInterval(timer);
      timer = undefined;
      play.textContent = 'Play';
      play.setAttribute('aria-pressed', 'false');
    };
    const start = () => {
      if (Number(moment.value) >= to) moment.value = String(from);
      play.textContent = 'Pause';
      play.setAttribute('aria-pressed', 'true');
      timer = setInterval(() => {
        moment.value = String(Number(moment.value) + (to - from) / 60);
        if (Number(moment.value) >= to) stop();
        void draw();
      }, 500);
    };
    const toggle = () => (timer === undefined ? start() : stop());
    play.addEventListener('click', toggle);
    moment.addEventListener('input', () => void draw());
    document.addEventListener('keydown', (event) => {
      if (event.key !== ' ' || event.target === play || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      toggle();
    });
    void draw();
  };
  if (at('replay') === null) follow();
  else replay();
})();
`;
