// @ts-check

/**
 * `no-restricted-imports` sees static imports alone; this sees every way to reach another file: import, export … from,
 * `import()`, and the type `import('…')`.
 *
 * Option: a list of `{ regex, message }`, tried on what stands between the quotes.
 * @type {import('eslint').Rule.RuleModule}
 */
const fence = {
  meta: {
    type: 'problem',
    schema: [
      {
        type: 'array',
        items: {
          type: 'object',
          properties: { regex: { type: 'string' }, message: { type: 'string' } },
          required: ['regex', 'message'],
          additionalProperties: false,
        },
      },
    ],
    messages: {
      closed: '{{message}}',
      unseen: 'What is imported must stand there as text, or nobody can tell who imports whom.',
    },
  },
  create(context) {
    /** @type {{ regex: string, message: string }[]} */
    const given = context.options[0] ?? [];
    const closed = given.map(({ regex, message }) => ({ pattern: new RegExp(regex, 'u'), message }));
    const check = (/** @type {any} */ source) => {
      if (!source) return;
      const text = source.type === 'TSLiteralType' ? source.literal.value : source.value;
      if (typeof text !== 'string') return context.report({ node: source, messageId: 'unseen' });
      const found = closed.find(({ pattern }) => pattern.test(text));
      if (found) context.report({ node: source, messageId: 'closed', data: { message: found.message } });
    };
    return {
      ImportDeclaration: ({ source }) => check(source),
      ExportNamedDeclaration: ({ source }) => check(source),
      ExportAllDeclaration: ({ source }) => check(source),
      ImportExpression: ({ source }) => check(source),
      TSImportType: (/** @type {any} */ node) => check(node.source ?? node.argument),
    };
  },
};

/**
 * What a class keeps to itself has a name with `#`: nobody reaches it, at run time either. A constructor cannot have one.
 * @type {import('eslint').Rule.RuleModule}
 */
const ownPrivate = {
  meta: { type: 'suggestion', schema: [], messages: { keyword: 'Private is written #name, not {{word}}.' } },
  create(context) {
    const check = (/** @type {any} */ node) => {
      const word = node.accessibility;
      if ((word === 'private' || word === 'protected') && node.kind !== 'constructor')
        context.report({ node, messageId: 'keyword', data: { word } });
    };
    return Object.fromEntries(
      ['PropertyDefinition', 'MethodDefinition', 'AccessorProperty', 'TSAbstractMethodDefinition']
        .concat('TSAbstractPropertyDefinition', 'TSParameterProperty')
        .map((kind) => [kind, check]),
    );
  },
};

/** ESLint plugin `fences`. */
export default { rules: { fence, 'own-private': ownPrivate } };
