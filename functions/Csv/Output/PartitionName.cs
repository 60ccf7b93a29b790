using System.Security.Cryptography;
using System.Text;

namespace Serverless.Csv.Output;

/// <summary>
/// The folders of partitions, as Hive names them: <c>country=SE</c>. Whatever a value holds, its folder is a name on every file system.
/// </summary>
internal static class PartitionName
{
    /// <summary>The name that readers take for a missing value.</summary>
    public const string Missing = "__HIVE_DEFAULT_PARTITION__";

    // Longer ones are cut, and tell their values apart by a hash: the column itself is in the files.
    private const int MaxLength = 120;
    private const int KeptLength = 60;
    private const int HashBytes = 16;

    /// <summary>The folder of a value.</summary>
    /// <param name="column">The column's name.</param>
    /// <param name="value">The value; null when it is missing.</param>
    public static string Of(string column, string? value) => $"{Escape(column)}={(value is null ? Missing : Escape(value))}";

    private static string Escape(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var name = new StringBuilder(bytes.Length);
        foreach (var (i, b) in bytes.Index())
        {
            // Some file systems leave out a point at the end.
            var isPlain = char.IsAsciiLetterOrDigit((char)b) || b is (byte)'-' or (byte)'_' || (b == '.' && i < bytes.Length - 1);
            if (isPlain && (i > 0 || text != Missing)) name.Append((char)b);
            else name.Append('%').Append(Convert.ToHexString([b]));
        }

        if (name.Length <= MaxLength) return name.ToString();

        // Not within what stands for a byte.
        var kept = name[KeptLength - 1] == '%' ? KeptLength - 1 : name[KeptLength - 2] == '%' ? KeptLength - 2 : KeptLength;
        return $"{name.ToString(0, kept)}~{Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, HashBytes))}";
    }
}
