import { writeFileAtomic } from "../../lib/atomic.ts";
import { readFlags } from "../../lib/flags.ts";
import { runMain } from "../../lib/main.ts";
import type { FramesIndex } from "./frames.ts";
import { filePieces, PIECE_BYTES } from "./pieces.ts";
import { segmentLength } from "./segments.ts";
import { compressTo, DEFAULT_LEVEL } from "./zstd.ts";

await runMain("image_frames", async () => {
  const flags = await readFlags({
    name: "image_frames",
    usage: "$0 --image root.img --out root.frames --index root.frames.json\n\nCompresses an image in pieces that archives of later images take over.",
    flags: {
      image: { type: "string", describe: "image to compress" },
      level: { type: "number", default: DEFAULT_LEVEL, describe: "compression level, 1 to 19: that of the archives" },
      out: { type: "string", describe: "file of frames to write" },
      index: { type: "string", describe: "JSON file to write: which frame is where" },
    },
  });
  const pieces = filePieces(flags.image);
  const lengths = await compressTo(flags.out, pieces, flags.level);
  let offset = 0;
  const frames = lengths.map((length, position) => {
    offset += length;
    const { of, segments } = pieces[position]!;
    const runs = segments.map((segment) => [segment.offset - of!.index * PIECE_BYTES, segmentLength(segment)] as const);
    return { piece: of!.index, runs, offset: offset - length, length };
  });
  const index: FramesIndex = { level: flags.level, frames };
  writeFileAtomic(flags.index, `${JSON.stringify(index)}\n`);
});
