"""What packages bring and a GuestOS does not need: a third of their size."""

EXCLUDED_FILES = [
    "/boot/System.map-*",
    "/boot/config-*",
    "/usr/share/bash-completion",
    "/usr/share/bug",
    "/usr/share/doc",
    "!/usr/share/doc/*/copyright",
    "/usr/share/doc-base",
    "/usr/share/fish",
    "/usr/share/i18n",
    "/usr/share/info",
    "/usr/share/initramfs-tools",
    "/usr/share/lintian",
    "/usr/share/locale",
    "/usr/share/man",
    "/usr/share/pixmaps",
    "/usr/share/zsh",
]
