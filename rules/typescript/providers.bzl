"""What TypeScript targets tell each other."""

TypeScriptInfo = provider(
    doc = "TypeScript sources and all that is needed to check or bundle them.",
    fields = {
        "npm_directories": "depset of File: folders of the npm packages that the sources, and those they import, use.",
        "packages": "depset of File: package.json files of the packages that importers may name; their `exports` say which files those names lead to.",
        "sources": "depset of File: the sources of the target and of its dependencies, with the package.json files that say how Node treats them.",
    },
)
