import fs from "node:fs";

/** Room in a FAT file system. */
export interface FatGeometry {
  clusterBytes: number;
  /** Clusters for files and folders. */
  clusters: number;
}

/** Reads the BIOS parameter block in sector 0 (Microsoft, "FAT: General Overview of On-Disk Format", 1.03, page 8 to 14). */
export function readFatGeometry(image: string): FatGeometry {
  const boot = Buffer.alloc(512);
  const fd = fs.openSync(image, "r");
  try {
    fs.readSync(fd, boot, 0, boot.length, 0);
  } finally {
    fs.closeSync(fd);
  }
  const sectorBytes = boot.readUInt16LE(11);
  const sectorsPerCluster = boot.readUInt8(13);
  const rootSectors = Math.ceil((boot.readUInt16LE(17) * 32) / sectorBytes);
  const totalSectors = boot.readUInt16LE(19) || boot.readUInt32LE(32);
  const fatSectors = boot.readUInt16LE(22) || boot.readUInt32LE(36);
  const dataSectors = totalSectors - boot.readUInt16LE(14) - boot.readUInt8(16) * fatSectors - rootSectors;
  return { clusterBytes: sectorsPerCluster * sectorBytes, clusters: Math.floor(dataSectors / sectorsPerCluster) };
}
