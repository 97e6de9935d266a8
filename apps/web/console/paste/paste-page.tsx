/** Bytes that are pasted, explained where they are: nothing leaves the page. */
import { WifiOff } from 'lucide-react';
import { useDeferredValue, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Leaf } from '../../kit/mark/Mark.tsx';
import { Control, Page } from '../frame.tsx';
import { type ExampleName, examples } from './examples.ts';
import { explainPasted, LIMIT_KIB } from './pasted.ts';
import { ReadingPanes } from './reading-panes.tsx';
import '../asked.css';
import '../explain/bytes.css';
import '../explain/tree.css';
import '../explain/explain.css';
import './paste.css';

/** The page. */
export function PastePage() {
  const { t } = useTranslation();
  const [text, setText] = useState('');
  const [as, setAs] = useState<string>();
  const deferred = useDeferredValue(text);
  const pasted = useMemo(() => explainPasted(deferred, as), [deferred, as]);
  const write = (value: string) => {
    setText(value);
    setAs(undefined);
  };
  return (
    <Page title={t('paste.title')} beside={<Stays />}>
      <div className="paste">
        <section className="c-pane paste-input">
          <div className="paste-head">
            <label className="c-heading" htmlFor="pasted">
              {t('paste.label')}
            </label>
            {text === '' ? null : (
              <Control kind="quiet" onPress={() => write('')}>
                {t('paste.clear')}
              </Control>
            )}
          </div>
          <textarea
            id="pasted"
            className="paste-text mono"
            value={text}
            rows={12}
            spellCheck={false}
            autoCapitalize="off"
            autoComplete="off"
            aria-describedby="pasted-limit"
            placeholder={t('paste.hint')}
            onChange={(event) => write(event.target.value)}
          />
          <p id="pasted-limit" className="small third">
            {t('paste.limit', { limit: LIMIT_KIB })}
          </p>
          <div className="paste-examples">
            <span className="second">{t('paste.examples')}</span>
            {EXAMPLES.map((name) => (
              <Control key={name} onPress={() => write(examples[name])}>
                {t(`paste.example.${name}`)}
              </Control>
            ))}
          </div>
          {pasted.kind === 'read' || pasted.kind === 'empty' ? null : (
            <p className="field-wrong" role="alert">
              {t(`paste.refused.${pasted.kind}`, { limit: LIMIT_KIB })}
            </p>
          )}
        </section>
        {pasted.kind === 'read' ? (
          <ReadingPanes key={`${deferred} ${as ?? ''}`} pasted={pasted} onChoose={setAs} />
        ) : (
          <section className="c-pane nothing">
            <Leaf size={40} />
            <p className="second">{t('paste.empty')}</p>
          </section>
        )}
      </div>
    </Page>
  );
}

const EXAMPLES = Object.keys(examples) as readonly ExampleName[];

function Stays() {
  const { t } = useTranslation();
  return (
    <span className="tag paste-stays">
      <WifiOff size={14} strokeWidth={2} aria-hidden />
      {t('paste.stays')}
    </span>
  );
}
