/** Arrows inside the apps ("Fences" of the architecture). Jumped one by one in fences.spec.ts. */
const journey = ['(sources|imports)', 'metrics', 'goals', 'milestones', 'gates', 'reporting', 'alerts'];
const spec = '[.]spec(-data)?[.]tsx?$';
const notSpec = { pathNot: [spec, '^apps/api/src/testing/'] };

/** No stage looks forward: one rule per stage, naming all later ones. Stage 1 is two folders: the facts and how files of them come in. */
const neverForward = journey.slice(0, -1).map((stage, index) => ({
  name: `${stage.replaceAll(/[()]/g, '').replace('|', '-')}-never-forward`,
  comment: 'Stages point back along the journey; what a later stage must hear of goes through platform (hooks, dirty marks, events).',
  severity: 'error',
  from: { path: `^apps/api/src/${stage}/`, ...notSpec },
  to: { path: `^apps/api/src/(${journey.slice(index + 1).join('|')})/` },
}));

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } } },
    { name: 'no-unresolved', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'controller-knows-http-only',
      comment: 'A controller asks its service; SQL and tables are behind that.',
      severity: 'error',
      from: { path: '^apps/api/src/.+[.]controller[.]ts$' },
      to: { path: '[.](repository|entity)[.]ts$' },
    },
    {
      name: 'service-knows-no-orm',
      severity: 'error',
      from: { path: '^apps/api/src/(?!platform/|database/).+[.]service[.]ts$' },
      to: { path: '(^|/)node_modules/(typeorm|pg)/|^(typeorm|pg)$' },
    },
    {
      name: 'repository-is-private',
      comment: "Another module's data is asked for through its service.",
      severity: 'error',
      from: { path: '^apps/api/src/([^/]+)/', ...notSpec },
      to: { path: '^apps/api/src/[^/]+/.*[.](repository|entity)[.]ts$', pathNot: ['^apps/api/src/$1/', '^apps/api/src/sources/'] },
    },
    {
      name: 'sources-repository-is-private',
      severity: 'error',
      from: { path: '^apps/api/src/([^/]+)/', pathNot: [spec, '^apps/api/src/(testing|sources|imports)/'] },
      to: { path: '^apps/api/src/sources/.*[.](repository|entity)[.]ts$' },
    },
    {
      name: 'ground-never-up',
      comment: 'Platform, configuration and database know nothing of the journey; access knows nothing of its stages.',
      severity: 'error',
      from: { path: '^apps/api/src/(platform|config|database|access)/', ...notSpec },
      to: { path: `^apps/api/src/(${journey.join('|')})/` },
    },
    { name: 'testing-is-for-specs', severity: 'error', from: { path: '^apps/', ...notSpec }, to: { path: '^libs/testing/|^apps/api/src/testing/' } },
    {
      name: 'web-feature-not-feature',
      severity: 'error',
      from: { path: '^apps/web/src/features/([^/]+)/' },
      to: { path: '^apps/web/src/features/[^/]+/', pathNot: '^apps/web/src/features/$1/' },
    },
    {
      name: 'web-shared-not-feature',
      severity: 'error',
      from: { path: '^apps/web/src/shared/' },
      to: { path: '^apps/web/src/(features|app|routes)/' },
    },
    {
      name: 'web-charts-only-in-charts',
      severity: 'error',
      from: { path: '^apps/web/src/', pathNot: '^apps/web/src/shared/charts/' },
      to: { path: '(^|/)(chart[.]js|react-chartjs-2|chartjs-plugin-annotation)(/|$)' },
    },
    {
      name: 'web-components-only-in-ui',
      comment: 'The component library is wrapped once, in shared/ui.',
      severity: 'error',
      from: { path: '^apps/web/src/', pathNot: '^apps/web/src/shared/ui/' },
      to: { path: '(^|/)@mantine/' },
    },
    ...neverForward,
  ],
  options: {
    doNotFollow: { path: 'node_modules|^libs/' },
    exclude: { path: '/dist/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['types', 'import', 'default'], mainFields: ['module', 'main'] },
  },
};
