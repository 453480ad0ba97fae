"""Which programs the toolchains have and what each needs beside its libraries. The attributes are those of `deb.tools`."""

_GCONV = "usr/lib/x86_64-linux-gnu/gconv"

# glibc converts file names of code page 850 with these; without GCONV_PATH it would load the host's.
_CODE_PAGES = [_GCONV + "/gconv-modules", _GCONV + "/IBM850.so"]
_CODE_PAGES_PATH = ["GCONV_PATH={prefix}/" + _GCONV]

# Otherwise mke2fs takes its defaults from the host's /etc.
_MKE2FS_CONFIG = ["MKE2FS_CONFIG={prefix}/etc/mke2fs.conf"]

# libcrypto reads the host's openssl.cnf and opens the host's providers unless told otherwise.
_OWN_OPENSSL = ["OPENSSL_CONF=/dev/null", "OPENSSL_MODULES={prefix}/usr/lib/x86_64-linux-gnu/ossl-modules"]

# apt starts these by their place, see apt-transport-* and apt.conf(5), Dir::Bin::methods.
_APT_METHODS = ["copy", "file", "gpgv", "http", "https", "store"]

# Without the second one apt takes the host's sqv, where there is one, to check signatures.
_APT_ARGUMENTS = ["-o", "Dir::Bin::Methods={prefix}/bin/apt-methods", "-o", "APT::Key::GPGVCommand={prefix}/bin/gpgv"]

SYSIMAGE = struct(
    name = "sysimage",
    programs = ["apt-methods/{0}=usr/lib/apt/methods/{0}".format(method) for method in _APT_METHODS] + [
        "apt-cache",
        "apt-get",
        "busybox",
        "debugfs",
        "depmod",
        "dpkg-deb",
        "dumpe2fs",
        "e2fsck",
        "fsck.erofs",
        "fsck.vfat",
        "gpg",
        "gpg-agent",
        "gpgv",
        "grub-editenv",
        "grub-mkimage",
        "mke2fs",
        "mkfs.erofs",
        "mkfs.vfat",
        "mtools",
        "setfattr",
        "sfdisk",
        "sgdisk",
        "tar",
        "veritysetup",
        "xz",
        "zstd",
    ],
    arguments = {
        "apt-cache": _APT_ARGUMENTS,
        "apt-get": _APT_ARGUMENTS,
        "gpg": ["--agent-program={prefix}/bin/gpg-agent"],
    },
    data = {
        "fsck.vfat": _CODE_PAGES,
        "mke2fs": ["etc/mke2fs.conf"],
        "mkfs.vfat": _CODE_PAGES,
        "mtools": _CODE_PAGES,
    },
    environment = {
        "fsck.vfat": _CODE_PAGES_PATH,
        "mke2fs": _MKE2FS_CONFIG,
        "mkfs.vfat": _CODE_PAGES_PATH,
        "mtools": _CODE_PAGES_PATH + ["MTOOLSRC=/dev/null"],
        "veritysetup": _OWN_OPENSSL,
    },
    files = {
        "grub_modules": ["usr/lib/grub/x86_64-efi/**"],
        "keyrings": ["usr/share/keyrings/*-archive-keyring.gpg"],
    },
    opens = {
        # For modules that are compressed, as Debian's are.
        "depmod": ["usr/lib/x86_64-linux-gnu/liblzma.so.5"],
        # For `-d TAR`; e2fsprogs only recommends it.
        "mke2fs": ["usr/lib/x86_64-linux-gnu/libarchive.so.13"],
    },
    starts = {
        "apt-get": ["gpgv"] + ["apt-methods/" + method for method in _APT_METHODS],
        "dpkg-deb": ["tar"],
        "gpg": ["gpg-agent"],
    },
)

QEMU = struct(
    name = "qemu",
    programs = [
        "qemu-img",
        "qemu-system-x86_64",
    ],
    arguments = {
        "qemu-system-x86_64": ["-L", "{prefix}/usr/share/qemu", "-L", "{prefix}/usr/share/seabios"],
    },
    data = {
        "qemu-system-x86_64": [
            "usr/share/qemu/*.bin",
            "usr/share/qemu/*.rom",
            "usr/share/qemu/keymaps/en-us",
            "usr/share/seabios/*.bin",
        ],
    },
    environment = {
        # Modules (displays, sound, USB passthrough) of the host's QEMU would be of another version.
        "qemu-system-x86_64": ["QEMU_MODULE_DIR={prefix}/usr/lib/x86_64-linux-gnu/qemu"],
    },
    files = {
        # The one file of the package that -bios takes: the others are not a multiple of 64 KiB.
        "ovmf_code": ["usr/share/ovmf/OVMF.fd"],
    },
    opens = {},
    starts = {},
)

SSH = struct(
    name = "ssh",
    programs = [
        "scp",
        "ssh",
        "ssh-keygen",
    ],
    arguments = {
        "scp": ["-S", "{prefix}/bin/ssh"],
    },
    data = {},
    environment = {
        "ssh": _OWN_OPENSSL,
        "ssh-keygen": _OWN_OPENSSL,
    },
    files = {},
    opens = {},
    starts = {
        "scp": ["ssh"],
    },
)
