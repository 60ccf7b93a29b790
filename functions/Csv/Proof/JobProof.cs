using Serverless.Storage;

namespace Serverless.Csv.Proof;

/// <summary>The hashes of all that a job read and wrote: they tell later whether input and outputs are still those.</summary>
/// <param name="Algorithm">The hash.</param>
/// <param name="Bytes">The size of the input.</param>
/// <param name="Input">The input, in pieces as it was read; none for several files that an earlier version read.</param>
/// <param name="Outputs">The outputs, but for the summary, which has a seal.</param>
internal sealed record JobProof(HashKind Algorithm, long Bytes, IReadOnlyList<InputPiece> Input, IReadOnlyList<OutputProof> Outputs)
{
    /// <summary>The proof when records that were rejected are in the output, or left out for good.</summary>
    /// <param name="accepted">Their numbers.</param>
    /// <param name="dropped">Theirs.</param>
    /// <param name="outputs">The outputs that were written anew.</param>
    public JobProof Mend(IEnumerable<long> accepted, IEnumerable<long> dropped, IReadOnlyList<OutputProof> outputs)
    {
        var pieces = Input.ToArray();
        Count(accepted, p => p with { Accepted = p.Accepted + 1, Rejected = p.Rejected - 1 });
        Count(dropped, p => p with { Dropped = p.Dropped + 1, Rejected = p.Rejected - 1 });
        var changed = outputs.ToDictionary(o => o.Name, StringComparer.Ordinal);
        var kept = Outputs.Select(o => changed.Remove(o.Name, out var mended) ? mended : o).ToList();
        return this with { Input = pieces, Outputs = [.. kept, .. changed.Values] };

        void Count(IEnumerable<long> rows, Func<InputPiece, InputPiece> change)
        {
            if (pieces.Length == 0) return;
            var at = 0;
            foreach (var row in rows.Order())
            {
                while (!pieces[at].Has(row)) at++;
                pieces[at] = change(pieces[at]);
            }
        }
    }
}
