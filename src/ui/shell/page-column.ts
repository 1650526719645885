import { css } from 'lit'

/** The column of a page's title and content, the same on every page except tables. */
export const pageColumn = css`
  .page { max-inline-size: 880px; margin-inline: auto; padding: 40px 40px 64px; display: grid; gap: 24px; grid-template-columns: minmax(0, 1fr); align-content: start }
  @media (width < 720px) { .page { padding: 20px 20px 32px; gap: 20px } }
`
