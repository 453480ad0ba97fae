#!/bin/sh
# Written by rules/deb. Starts {program} of its packages with their own loader and libraries.
self=$0
case $self in
*/*) ;;
*) self=$(command -v -- "$self") ;;
esac
# Beside the packages, in a sandbox or a tree of runfiles too, this holds at once; a lone link to this file is followed.
while prefix=${self%/*}/{up}; [ ! -e "$prefix/{target}" ]; do
  if [ ! -L "$self" ]; then
    echo "{name}: $prefix/{target} is missing: give all files of the tool to what runs it" >&2
    exit 3
  fi
  link=$(readlink "$self")
  case $link in
  /*) self=$link ;;
  *) self=${self%/*}/$link ;;
  esac
done
# Some programs change their folder before they start others.
case $prefix in
/*) ;;
*) prefix=$PWD/$prefix ;;
esac
{environment}exec {command} "$@"
