"""What an npm package tells the rules that use it."""

NpmPackageInfo = provider(
    doc = "One installed npm package and everything it needs at run time.",
    fields = {
        "directories": "depset of File: the folder of the package and those of its dependencies, each below a `node_modules` folder.",
        "name": "string: the package's name, such as `@jest/globals`.",
    },
)
