import { css } from 'lit';

/** Colours of highlighted code, for the classes that @lezer/highlight's classHighlighter gives. */
export const codeStyles = css`
  .tok-keyword,
  .tok-operatorKeyword {
    color: var(--code-keyword);
  }
  .tok-typeName,
  .tok-className {
    color: var(--code-type);
  }
  .tok-string,
  .tok-string2 {
    color: var(--code-string);
  }
  .tok-number,
  .tok-bool,
  .tok-null,
  .tok-atom {
    color: var(--code-number);
  }
  .tok-comment {
    color: var(--code-comment);
    font-style: italic;
  }
`;
