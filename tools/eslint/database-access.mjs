const save = {
  selector: "CallExpression[callee.property.name='save'][callee.object.property.name=/([rR]epository|[mM]anager|dataSource)$/]",
  message: 'save() decides by itself what to insert or update and skips versions: say insert or update in SQL.',
};

/** save() on versioned rows is banned everywhere, the platform included. */
export const noVersionedSave = { 'no-restricted-syntax': ['error', save] };

/** Outside platform and database nobody opens a connection: one unit of work per request, with its tenant. */
export const databaseAccess = {
  'no-restricted-imports': [
    'error',
    {
      paths: [
        { name: 'pg', importNames: ['default', 'Pool', 'Client'], allowTypeImports: true, message: 'Connections belong to platform; use Db.' },
        {
          name: 'typeorm',
          importNames: ['DataSource', 'QueryRunner', 'EntityManager', 'createConnection', 'getConnection', 'getManager', 'Repository'],
          message: 'Only platform touches data sources and query runners; use Db.',
        },
      ],
    },
  ],
  'no-restricted-syntax': [
    'error',
    save,
    {
      selector: 'CallExpression[callee.property.name=/^(createQueryRunner|createQueryBuilder)$/]',
      message: 'Only platform touches query runners; use Db.',
    },
  ],
};
