using System.Globalization;
using Serverless.Storage;

namespace Serverless.Csv.Proof;

/// <summary>Holds files against the proof of a job, in memory that does not depend on their sizes.</summary>
internal sealed class ProofChecker(JobProof proof)
{
    private const int BufferBytes = 1 << 20;

    private readonly ILookup<string, InputPiece> _pieces = proof.Input.ToLookup(p => p.File ?? "", StringComparer.Ordinal);

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

    /// <summary>The files of the input by name; one without a name where it is one.</summary>
    public IReadOnlyList<string?> Files { get; } = [.. proof.Input.Select(p => p.File).Distinct()];

    /// <summary>Compares a file of the input.</summary>
    /// <param name="file">One of <see cref="Files"/>.</param>
    /// <param name="name">What it is called now.</param>
    /// <param name="content">The file.</param>
    /// <param name="cancellationToken">Ends the reads.</param>
    public async Task<IReadOnlyList<ProofDifference>> CheckInputAsync(
        string? file, string name, Stream content, CancellationToken cancellationToken)
    {
        var differences = new List<ProofDifference>();
        var pieces = _pieces[file ?? ""].ToList();
        await using var reader = new HashedPieces(content, proof.Algorithm, BufferBytes);
        foreach (var (piece, number) in pieces.Select((p, n) => (p, n)))
        {
            if (await reader.HashNextAsync(piece.End - piece.Start, cancellationToken) == piece.Hash) continue;
            if (reader.IsAtEnd)
            {
                return [.. differences, new ProofDifference(
                    name, piece.Start, Math.Max(piece.End, pieces[^1].End), $"ends here ({DescribeRecords(pieces[number..])})")];
            }

            differences.Add(new ProofDifference(
                name, piece.Start, piece.End, $"is in neither output as it stands here ({DescribeRecords([piece])})"));
        }

        await AddRestAsync(name, reader, differences, cancellationToken);
        return differences;
    }

    /// <summary>Tells of a file of the input that is gone.</summary>
    public ProofDifference FindMissing(string? file, string name)
    {
        var pieces = _pieces[file ?? ""].ToList();
        return new ProofDifference(name, 0, pieces[^1].End, $"is missing ({DescribeRecords(pieces)})");
    }

    /// <summary>Compares the proof with itself: the pieces are the whole input, and each record is in one output.</summary>
    public IEnumerable<ProofDifference> CheckWhole(string input)
    {
        var (at, row, all, file) = (0L, 1L, 0L, (string?)null);
        foreach (var piece in proof.Input)
        {
            if (piece.File != file) (all, at, file) = (all + at, 0, piece.File);
            var name = file ?? input;
            if (piece.Start != at || piece.End < piece.Start)
                yield return new ProofDifference(name, Math.Min(at, piece.Start), Math.Max(at, piece.Start), "is in no piece, or in two");
            if (piece.Rows > 0 && (piece.FirstRow != row || piece.Accepted + piece.Rejected + piece.Dropped != piece.Rows))
                yield return new ProofDifference(name, piece.Start, piece.End, "has records that are in neither output, or in both");
            (at, row) = (piece.End, row + piece.Rows);
        }

        if (all + at != proof.Bytes) yield return new ProofDifference(input, all + at, proof.Bytes, "is in no piece");
    }

    private static string DescribeRecords(List<InputPiece> pieces)
    {
        var records = pieces.Where(p => p.Rows > 0).ToList();
        return records.Count > 0 ? Text($"records {records[0].FirstRow} to {records[^1].FirstRow + records[^1].Rows - 1}")
            : pieces[0].Start == 0 ? "above the first record" : "no record";
    }

    private static async Task AddRestAsync(
        string name, HashedPieces reader, List<ProofDifference> differences, CancellationToken cancellationToken)
    {
        var start = reader.Position;
        if (await reader.PassRestAsync(cancellationToken) is var rest and > 0)
        {
            var bytes = rest == 1 ? "byte" : "bytes";
            differences.Add(new ProofDifference(name, start, start + rest, Text($"{rest} {bytes} more than there were")));
        }
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
