/** A table whose rows open: a button at the left of each, and below it what else is known. */
import { Grid, Table, type TableColumnsType } from 'antd';
import { ChevronDown, ChevronRight } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

const PAGE_ROWS = 20;

/** The table. `openLabel` is what a row's button is called; `more` is drawn when it is open. */
export function OpenTable<Line extends object>({
  rows,
  rowKey,
  columns,
  openLabel,
  more,
}: {
  readonly rows: readonly Line[];
  readonly rowKey: (row: Line) => string;
  readonly columns: TableColumnsType<Line>;
  readonly openLabel: (row: Line) => string;
  readonly more: (row: Line) => ReactNode;
}) {
  const { t } = useTranslation();
  return (
    <Table<Line>
      rowKey={rowKey}
      dataSource={rows}
      columns={columns}
      pagination={
        rows.length > PAGE_ROWS
          ? { defaultPageSize: PAGE_ROWS, showSizeChanger: false, responsive: true }
          : false
      }
      // Narrow, what a row opens to scrolls in its own pane and does not widen the page.
      tableLayout={Grid.useBreakpoint().md === true ? 'auto' : 'fixed'}
      expandable={{
        columnTitle: <span className="unseen">{t('transit.more')}</span>,
        columnWidth: 44,
        expandedRowRender: more,
        expandIcon: ({ expanded, onExpand, record }) => {
          const Icon = expanded ? ChevronDown : ChevronRight;
          return (
            <button
              type="button"
              className="bank-open"
              aria-expanded={expanded}
              aria-label={openLabel(record)}
              onClick={(event) => onExpand(record, event)}
            >
              <Icon size={18} strokeWidth={1.75} aria-hidden />
            </button>
          );
        },
      }}
    />
  );
}

/** Whether there is room for more than one column. */
export function useHasRoom(): boolean {
  return Grid.useBreakpoint().md === true;
}
