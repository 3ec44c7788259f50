// What a person does: one request each, with the token they typed, which is kept in this tab only.

let offer = { needsToken: false, machine: [], lab: [] };
let token = '';

export const LABELS = {
  hold: 'Hold', release: 'Release', wake: 'Wake', sleep: 'Put to sleep',
  'cut-power': 'Cut its power', break: 'Break it', mend: 'Mend it', pods: 'Add 5 pods',
};

export const deeds = () => offer;
export const hasToken = () => token !== '';
export const useToken = (text) => { token = text.trim(); };

export async function loadDeeds() {
  offer = await (await fetch('/api/deeds')).json();
  return offer;
}

export async function act(deed, details) {
  const headers = { 'Content-Type': 'application/json', 'X-Homelab-Page': 'yes' };
  if (token) headers.Authorization = `Bearer ${token}`;
  const answer = await fetch(`/api/deeds/${deed}`, { method: 'POST', headers, body: JSON.stringify(details) });
  const body = await answer.json();
  if (answer.status === 401) token = '';
  return answer.ok ? { done: body.done } : { problem: body.problem };
}
