namespace Serverless.Csv.Proof;

/// <summary>A stretch of an output as it was written.</summary>
/// <param name="Bytes">Its length.</param>
/// <param name="Hash">Its hash, in hexadecimal digits.</param>
internal sealed record BlockProof(long Bytes, string Hash);

/// <summary>An output as it was written.</summary>
/// <param name="Name">Its name in the job's folder.</param>
/// <param name="Blocks">All of it, in order.</param>
internal sealed record OutputProof(string Name, IReadOnlyList<BlockProof> Blocks);
