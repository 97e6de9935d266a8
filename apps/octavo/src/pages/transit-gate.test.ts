/** A gate's page with a phone beside it: who passes, who is sent back and why, and what staff see and set. */
import { deepEqual, equal, match } from 'node:assert/strict';
import { after, test } from 'node:test';
import type { Page } from 'playwright-core';
import { needsChromium, openPages, watchPage } from './browser.fixture.ts';
import { openInspector, speak, tabTo } from './inspect.fixture.ts';
import { addGreenCard, newHolder, wide } from './people.fixture.ts';

if (needsChromium.skip) test('a gate’s page', needsChromium, () => {});
else {
  const pages = await openPages();
  const inspector = openInspector();
  const holder = await newHolder(pages);
  const phone = holder.page;
  await addGreenCard(pages, holder);
  await phone.locator('.card-open').first().click();
  await phone.getByRole('switch', { name: /^Express travel/ }).click();
  await phone.getByRole('switch', { name: 'Express travel is on' }).waitFor();
  // A window of its own: a page behind another draws once a second.
  const hall = await pages.open(wide);
  const gate = await hall.newPage();
  const watched = watchPage(gate, pages.served);
  after(async () => {
    deepEqual([...holder.faults(), ...watched.faults()], []);
    deepEqual(inspector.found(), []);
    await pages.close();
  });
  const says = (words: string) => gate.getByRole('heading', { level: 2, name: words }).waitFor();
  const air = await phone.evaluate(`JSON.parse(localStorage.getItem('octavo.wallet.air'))`);

  test('a gate says in both languages where to tap, and a phone finds it by its address', async () => {
    await gate.goto(`${pages.served.sites.gate}/#air=${air}`);
    await says('请刷手机 Tap here');
    await gate.getByRole('heading', { level: 1, name: '新街 Xinjie' }).waitFor();
    await gate.getByText('a phone is here').waitFor();
    const address = await gate
      .getByRole('link', { name: 'Open a phone here' })
      .getAttribute('href');
    equal(address, `${pages.served.sites.wallet}/#air=${air}`);
    match((await tabTo(gate, 'Settings')) ?? 'not reached', /outline|ring/);
    await inspector.look(gate, 'ready', 'light');
  });

  test('it opens for a phone with express on, is ready again by itself, and sends the same phone back', async () => {
    await holdToGate(phone);
    await says('请通行 Go');
    await phone.getByRole('heading', { name: 'Go' }).waitFor();
    await phone.getByText('Xinjie · entry', { exact: true }).waitFor();
    await says('请刷手机 Tap here');
    await holdToGate(phone);
    await says('刚刚刷过 Just used here');
    await gate.getByText('gate.pass_back').waitFor();
    await phone.getByText('gate.pass_back').waitFor();
    const rows = gate.locator('.taps-rows > li');
    await rows.nth(1).waitFor();
    const told = await rows.allTextContents();
    match(told[0] ?? '', /Refused.*Just used here/);
    match(told[1] ?? '', /Entry/);
    await inspector.look(gate, 'passed back', 'dark');
  });

  test('where companions may be taken along, the same phone opens it again, as one more rider', async () => {
    await gate.getByRole('button', { name: 'Settings' }).click();
    await gate.getByRole('radio', { name: 'Companion' }).check({ force: true });
    await save();
    await holdToGate(phone);
    await gate.getByText('这张卡多乘一人 One more rider on this card').waitFor();
    await gate.locator('.taps-rows > li', { hasText: 'Companion' }).waitFor();
    await says('请刷手机 Tap here');
  });

  test('a card with an open fare is told to pay it first, and where', async () => {
    // The list is the back office's matter: this is what the page says of a card that stands in it.
    const listed = { outcome: 'refused', code: 'gate.on_deny_list', message: { zh: '', en: '' } };
    await gate.route('**/gate/tap', (route) => route.fulfill({ json: listed }));
    await holdToGate(phone);
    await says('请先补缴车费 Pay the open fare first');
    await gate.getByText('在手机里打开这张卡 Open this card on your phone').waitFor();
    await inspector.look(gate, 'open fare', 'light');
    await gate.unroute('**/gate/tap');
    await says('请刷手机 Tap here');
  });

  test('out of service it says so before anybody taps, and to the phone that taps all the same', async () => {
    await set('Out of service', true);
    await says('暂停服务 Out of service');
    await inspector.look(gate, 'out of service', 'light');
    await holdToGate(phone);
    await phone.getByText('gate.out_of_service').waitFor();
    await set('Out of service', false);
  });

  test('cut off from its back office it opens all the same, and says how old its list is', async () => {
    await set('Cut off', true);
    await gate.getByText(/^离线 · 名单/).waitFor();
    await moveTo('Exit');
    await set('Cut off', true);
    await holdToGate(phone);
    await says('请通行 Go');
    await gate.getByText('not uploaded yet').waitFor();
    await speak(gate, 'zh-CN');
    await gate.getByRole('button', { name: '设置' }).click();
    await gate.getByRole('switch', { name: '断网', checked: true }).waitFor();
    await inspector.look(gate, 'settings of a gate that is cut off', 'dark');
    await speak(gate, 'en');
    await set('Cut off', false);
    await gate.getByText('All records are with the back office').waitFor();
    await gate.getByText(/^联网 · 名单/).waitFor();
  });

  /** Set one switch of the gate. */
  async function set(name: string, isOn: boolean): Promise<void> {
    await gate.getByRole('button', { name: 'Settings' }).click();
    await gate.getByRole('switch', { name }).setChecked(isOn);
    await save();
  }

  /** Save what was set. */
  async function save(): Promise<void> {
    await gate.getByRole('button', { name: 'Save' }).click();
    await gate.getByText('Saved.').waitFor();
    await gate.keyboard.press('Escape');
  }

  /** Stand at the other side. */
  async function moveTo(side: 'Entry' | 'Exit'): Promise<void> {
    await gate.getByRole('button', { name: 'Settings' }).click();
    await gate.getByRole('radio', { name: side }).check({ force: true });
    await gate.getByRole('button', { name: 'Stand there' }).click();
    await gate.getByText(`出站 ${side}`).waitFor();
  }
}

/** Hold the phone to the gate; whatever a tap before left on its screen is put away. */
async function holdToGate(phone: Page): Promise<void> {
  const glass = phone.locator('.glass');
  if ((await glass.count()) > 0) {
    await phone.keyboard.press('Escape');
    await glass.waitFor({ state: 'detached' });
  }
  await phone.getByRole('button', { name: 'Hold to the gate' }).click();
}
