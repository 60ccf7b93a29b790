using System.Text;
using Serverless.Csv.Values;

namespace Serverless.Csv.Checks;

/// <summary>The findings of some records in a row in a column whose values each are one more than the one before.</summary>
/// <param name="Start">The position of the first record; -1 for no records.</param>
/// <param name="First">Its value; null when it has none.</param>
/// <param name="Next">The value that the next record must have, where the sequence holds.</param>
/// <param name="Break">The position of the first record that does not follow; -1 for none.</param>
internal sealed record SequenceState(long Start = -1, string? First = null, string? Next = null, long Break = -1)
{
    /// <summary>The same for these records and those behind them.</summary>
    public SequenceState Append(SequenceState behind)
    {
        if (Start < 0) return behind;
        if (Break >= 0 || behind.Start < 0) return this;
        var follows = behind.First is { } first && BigNumber.Compare(Parse(first), Parse(Next!)) == 0;
        return this with { Next = behind.Next, Break = follows ? behind.Break : behind.Start };
    }

    private static BigNumber Parse(string text) => BigNumber.Parse(Encoding.UTF8.GetBytes(text));
}
