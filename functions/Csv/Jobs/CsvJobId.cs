using System.Security.Cryptography;
using System.Text;

namespace Serverless.Csv.Jobs;

/// <summary>A job's id: the same blob, content and options give the same one, which is how work is done once.</summary>
public static class CsvJobId
{
    /// <summary>The id that the orchestration instance and the output folder share.</summary>
    /// <param name="path">The blob's path within <c>incoming</c>.</param>
    /// <param name="etag">The blob's content as storage names it; empty when the blob is not there yet.</param>
    /// <param name="options">What was asked for.</param>
    /// <param name="force">Something unique when the work is to be done again; otherwise empty.</param>
    public static string Create(string path, string etag, CsvJobOptions options, string force = "") =>
        "csv-" + Hash(path, etag, options.ToCanonicalJson(), force);

    /// <summary>32 hexadecimal digits for these parts, each part apart from its neighbours.</summary>
    public static string Hash(params ReadOnlySpan<string> parts)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var part in parts)
        {
            var bytes = Encoding.UTF8.GetBytes(part);
            hash.AppendData(BitConverter.GetBytes(bytes.Length));
            hash.AppendData(bytes);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 16));
    }
}
