using System.Globalization;
using Serverless.Storage;

namespace Serverless.Csv.Proof;

/// <summary>Holds files against the proof of a job, in memory that does not depend on their sizes.</summary>
internal sealed class ProofChecker(JobProof proof)
{
    private const int BufferBytes = 1 << 20;

    /// <summary>Compares an output.</summary>
    public async Task<IReadOnlyList<ProofDifference>> CheckAsync(OutputProof output, Stream content, CancellationToken cancellationToken)
    {
        var differences = new List<ProofDifference>();
        await using var reader = new HashedPieces(content, proof.Algorithm, BufferBytes);
        foreach (var (block, number) in output.Blocks.Select((b, n) => (b, n + 1)))
        {
            var start = reader.Position;
            if (await reader.HashNextAsync(block.Bytes, cancellationToken) == block.Hash) continue;
            if (reader.IsAtEnd)
            {
                // All that follows is missing as well.
                var end = output.Blocks.Sum(b => b.Bytes);
                return [.. differences, new ProofDifference(
                    output.Name, start, end, Text($"ends in block {number} of {output.Blocks.Count}"))];
            }

            differences.Add(new ProofDifference(output.Name, start, start + block.Bytes, Text($"block {number} differs")));
        }

        await AddRestAsync(output.Name, reader, differences, cancellationToken);
        return differences;
    }

    /// <summary>Compares the input.</summary>
    /// <param name="name">What it is called.</param>
    /// <param name="content">The input.</param>
    /// <param name="cancellationToken">Ends the reads.</param>
    public async Task<IReadOnlyList<ProofDifference>> CheckInputAsync(string name, Stream content, CancellationToken cancellationToken)
    {
        var differences = new List<ProofDifference>();
        await using var reader = new HashedPieces(content, proof.Algorithm, BufferBytes);
        foreach (var piece in proof.Input)
        {
            if (await reader.HashNextAsync(piece.End - piece.Start, cancellationToken) == piece.Hash) continue;
            var last = reader.IsAtEnd ? proof.Input.Max(p => p.FirstRow + p.Rows - 1) : piece.FirstRow + piece.Rows - 1;
            var records = piece.Rows == 0 ? "above the first record" : Text($"records {piece.FirstRow} to {last}");
            if (reader.IsAtEnd)
            {
                return [.. differences, new ProofDifference(
                    name, piece.Start, Math.Max(piece.End, proof.Bytes), $"ends here ({records})")];
            }

            differences.Add(new ProofDifference(name, piece.Start, piece.End, $"is in neither output as it stands here ({records})"));
        }

        await AddRestAsync(name, reader, differences, cancellationToken);
        return differences;
    }

    /// <summary>Compares the proof with itself: the pieces are the whole input, and each record is in one output.</summary>
    public IEnumerable<ProofDifference> CheckWhole(string name)
    {
        var (at, row) = (0L, 1L);
        foreach (var piece in proof.Input)
        {
            if (piece.Start != at || piece.End < piece.Start)
                yield return new ProofDifference(name, Math.Min(at, piece.Start), Math.Max(at, piece.Start), "is in no piece, or in two");
            if (piece.Rows > 0 && (piece.FirstRow != row || piece.Accepted + piece.Rejected + piece.Dropped != piece.Rows))
                yield return new ProofDifference(name, piece.Start, piece.End, "has records that are in neither output, or in both");
            (at, row) = (piece.End, row + piece.Rows);
        }

        if (at != proof.Bytes) yield return new ProofDifference(name, at, proof.Bytes, "is in no piece");
    }

    private static async Task AddRestAsync(
        string name, HashedPieces reader, List<ProofDifference> differences, CancellationToken cancellationToken)
    {
        var start = reader.Position;
        if (await reader.PassRestAsync(cancellationToken) is var rest and > 0)
            differences.Add(new ProofDifference(name, start, start + rest, Text($"{rest} bytes more than there were")));
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
