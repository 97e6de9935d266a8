/** The index of the tool box, docs/toolbox.md, made from the table of calculators. */
import { aliasesOf, type Operation } from '@octavo/lib/calc/operation.ts';
import { operations } from '@octavo/lib/calc/operations.ts';

/** The whole page in Markdown. */
export function toolboxPage(): string {
  const all = [...operations.values()];
  const unconfirmed = all.filter((one) => one.unconfirmed !== undefined);
  return [
    '# The tool box',
    '',
    'Every calculator, made from the table in `lib/calc/operations.ts` by `npm run toolbox`. Each has a worked example, from outside wherever an outside value exists:',
    '`npx octavo calc <operation> --help` prints it, a test runs it. The functions behind them are exported from `@octavo/lib`, each with a runnable example;',
    'they are pure, and run in a browser as they are.',
    '',
    'Keys on a command line stay in the shell’s history and in the list of processes. For keys that matter use `npx octavo calc --batch -`, one JSON object a line:',
    '`{"op":"kcv","in":{"key":"…","length":3}}`; `"expect"` compares, exit code 1 says that an expectation failed.',
    '',
    'A `?` marks an input that may be left out, a `=` another name that it may be given by.',
    '',
    '| operation | what it computes | inputs | outputs | function |',
    '|---|---|---|---|---|',
    ...all.map(rowOf),
    '',
    '## What no value from outside confirms',
    '',
    'These follow the sheets where the sheets are unsure, or are definitions of this project (profile octavo-1). They are tested for what can be',
    'tested without a second implementation: round trips, and the rules as the sheets state them.',
    '',
    ...unconfirmed.map(({ name, unconfirmed: words }) => `- \`${name}\`: ${words}`),
    '',
  ].join('\n');
}

function rowOf(operation: Operation): string {
  const { name, summary, inputs, outputs, through } = operation;
  const given = Object.entries(inputs).map(([field, { isOptional }]) => {
    const names = [field, ...aliasesOf(operation, field)].map((one) => `\`${one}\``).join('=');
    return isOptional ? `${names}?` : names;
  });
  const cells = [
    `\`${name}\``,
    summary,
    given.join(' '),
    Object.keys(outputs)
      .map((output) => `\`${output}\``)
      .join(' '),
    `\`lib/${through}\``,
  ];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}
