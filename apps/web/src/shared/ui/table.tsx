import type { ReactNode } from 'react';

export interface Column<Row> {
  key: string;
  label: string;
  cell: (row: Row) => ReactNode;
  /** Numbers stand at the right, in figures of equal width. */
  numeric?: boolean;
}

interface DataTableProps<Row> {
  /** Read out as the table's name. */
  caption: string;
  columns: Column<Row>[];
  rows: Row[];
  rowKey: (row: Row) => string;
  hideCaption?: boolean;
}

/** A real table; where it does not fit, each row becomes a card that names its cells. The first column names the row. */
export function DataTable<Row>({ caption, columns, rows, rowKey, hideCaption = true }: DataTableProps<Row>) {
  const [first, ...others] = columns;
  if (!first) return null;
  return (
    <div className="wm-table-box">
      <table className="wm-table">
        <caption className={hideCaption ? 'wm-hidden' : undefined}>{caption}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.key} scope="col" className={column.numeric ? 'wm-num' : undefined}>
                {column.label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={rowKey(row)}>
              <th scope="row">{first.cell(row)}</th>
              {others.map((column) => (
                <td key={column.key} className={column.numeric ? 'wm-num' : undefined}>
                  <span className="wm-cell-label" aria-hidden="true">
                    {column.label}
                  </span>
                  <span>{column.cell(row)}</span>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
