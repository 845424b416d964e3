#!/usr/bin/env python3
"""Checks that no dependency which users build declares a newer Rust than this crate does."""

import json
import subprocess
import sys


def version(text):
    return tuple(int(part) for part in (text + ".0.0").split(".")[:3])


def built(graph):
    """The ids of what users build: all but dev-dependencies."""
    nodes = {node["id"]: node for node in graph["nodes"]}
    seen, waiting = set(), [graph["root"]]
    while waiting:
        node = waiting.pop()
        if node not in seen:
            seen.add(node)
            waiting += [
                dep["pkg"]
                for dep in nodes[node]["deps"]
                if any(kind["kind"] != "dev" for kind in dep["dep_kinds"])
            ]
    return seen


def main():
    command = ["cargo", "metadata", "--format-version", "1", "--all-features", "--locked"]
    metadata = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    packages = {package["id"]: package for package in metadata["packages"]}
    ours = packages[metadata["resolve"]["root"]]["rust_version"]
    used = [packages[id] for id in built(metadata["resolve"])]
    newer = [p for p in used if version(p["rust_version"] or "0") > version(ours)]
    for package in newer:
        print(f"{package['name']} {package['version']} asks for Rust {package['rust_version']}")
    silent = sum(package["rust_version"] is None for package in used)
    print(f"{len(used)} packages: {len(newer)} ask for more than Rust {ours}, {silent} do not say")
    return bool(newer)


if __name__ == "__main__":
    sys.exit(main())
