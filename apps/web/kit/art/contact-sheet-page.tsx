/** What the contact sheet shows: every design, size, state and sign of the kit on one page. */
import { createRoot } from 'react-dom/client';
import '../tokens.css';
import '../base.css';
import { leavesLeft } from '../mark/leaves.ts';
import { Leaf, Mark, Segments } from '../mark/Mark.tsx';
import { MinusDisc, TapSign, TickDisc } from '../mark/Signs.tsx';
import { CardArt } from './CardArt.tsx';
import { CardFace } from './CardFace.tsx';
import { designNames } from './designs.ts';

const card = { label: 'Card', lastFour: '8026' };
const token = { label: 'Token', lastFour: '3160' };
const suspendedTag = { kind: 'suspended', label: 'Suspended' } as const;
const row = { display: 'flex', flexWrap: 'wrap', gap: 26, alignItems: 'center' } as const;

/** The whole page. */
function ContactSheet() {
  return (
    <main style={{ display: 'grid', gap: 34, padding: 44, width: 1600 }}>
      <div style={row}>
        {designNames.map((design, index) => (
          <CardFace
            key={design}
            design={design}
            seed="3f"
            place={index + 1}
            issuer={`${design[0]?.toUpperCase()}${design.slice(1)} Bank (demo)`}
            kind="Debit"
            card={card}
            token={token}
            width={350}
          />
        ))}
      </div>
      <div style={{ ...row, alignItems: 'start' }}>
        <Stack />
        <div style={{ display: 'grid', gap: 20 }}>
          <Tagged />
          <div style={row}>
            <CardFace
              design="ridge"
              seed="x"
              place={6}
              issuer="八方银行（演示）"
              kind="借记卡"
              card={{ ...card, label: '卡号' }}
              token={{ ...token, label: '令牌' }}
              tags={[{ kind: 'default', label: '默认' }]}
              width={292}
            />
            <CardFace
              design="rain"
              seed="y"
              issuer="A bank with a name far too long for its card"
              kind="Credit"
              card={card}
              width={292}
            />
          </div>
        </div>
      </div>
      <div style={row}>
        {[96, 64, 50].flatMap((width) =>
          designNames.map((design) => (
            <CardArt key={`${width} ${design}`} design={design} seed="3f" width={width} />
          )),
        )}
        {designNames.map((design) => (
          <CardArt key={design} design={design} seed="3f" width={96} suspended />
        ))}
      </div>
      <Signs />
    </main>
  );
}

function Stack() {
  const behind = ['lattice', 'ridge', 'moon', 'fold'] as const;
  return (
    <div style={{ width: 350 }}>
      {behind.map((design, index) => (
        <CardFace
          key={design}
          design={design}
          seed="s"
          issuer="Pine Credit Union (demo)"
          kind="Credit"
          card={{ label: 'Card', lastFour: '1190' }}
          tags={index === 1 ? [{ kind: 'express', label: 'Express' }] : []}
          suspended={index === 3}
          strip={56}
        />
      ))}
      <CardFace
        design="tide"
        seed="s"
        place={5}
        issuer="Bafang Bank"
        kind="Debit"
        card={card}
        token={token}
      />
    </div>
  );
}

function Tagged() {
  return (
    <div style={row}>
      <CardFace
        design="fold"
        seed="t"
        place={2}
        issuer="Suspended (demo)"
        kind="Debit"
        card={card}
        token={token}
        tags={[suspendedTag]}
        suspended
        width={350}
      />
      <CardFace
        design="moon"
        seed="t"
        place={3}
        issuer="Suspended (demo)"
        kind="Debit"
        card={card}
        token={token}
        tags={[suspendedTag]}
        suspended
        width={350}
      />
      <CardFace
        design="grain"
        seed="t"
        place={8}
        issuer="Default and express"
        kind="Transit"
        card={card}
        token={token}
        tags={[
          { kind: 'default', label: 'Default' },
          { kind: 'express', label: 'Express' },
        ]}
        width={350}
      />
    </div>
  );
}

function Signs() {
  const block = { padding: 26, borderRadius: 22, display: 'flex', gap: 22, alignItems: 'center' };
  return (
    <div style={row}>
      <div style={{ ...block, background: 'var(--leaf)' }}>
        {[0, 3, 5, 8].map((cards) => (
          <Mark key={cards} cards={cards} size={28} />
        ))}
        <Mark size={56} />
      </div>
      <div style={{ ...block, background: 'var(--leaf)' }}>
        {[1, 4, 8].map((place) => (
          <Leaf key={place} place={place} size={26} />
        ))}
        <Leaf size={36} />
      </div>
      <div style={{ ...block, background: 'var(--leaf)', width: 380 }}>
        <div style={{ flex: 1 }}>
          <Segments full={5} label="Step 5 of 8" />
        </div>
      </div>
      <div className="on-field" style={{ ...block, background: 'var(--field)', color: '#fff' }}>
        <TapSign />
        <TapSign size={48} />
        <div style={{ width: 240 }}>
          <Segments full={leavesLeft(46_000, 60_000)} ground="field" />
        </div>
      </div>
      <div style={{ ...block, background: 'var(--flood)' }}>
        <TickDisc />
      </div>
      <MinusDisc />
    </div>
  );
}

const here = document.getElementById('here');
if (here !== null) createRoot(here).render(<ContactSheet />);
