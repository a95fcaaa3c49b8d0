/** The layers of the pages: app → features → ui → lib, features → api → lib; features are strangers to each other. */
module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'features-are-strangers', severity: 'error', from: { path: '^src/features/([^/]+)/' }, to: { path: '^src/features/', pathNot: '^src/features/$1/' } },
    { name: 'features-below-app', severity: 'error', from: { path: '^src/features/' }, to: { path: '^src/app/' } },
    { name: 'ui-below-features', severity: 'error', from: { path: '^src/ui/' }, to: { path: '^src/(app|features)/' } },
    { name: 'api-knows-lib-alone', severity: 'error', from: { path: '^src/api/' }, to: { path: '^src/(app|features|ui)/' } },
    { name: 'lib-knows-nobody', severity: 'error', from: { path: '^src/lib/' }, to: { path: '^src/(app|features|ui|api)/' } },
    { name: 'not-resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: { doNotFollow: { path: 'node_modules' }, tsPreCompilationDeps: true, tsConfig: { fileName: 'tsconfig.json' } },
};
