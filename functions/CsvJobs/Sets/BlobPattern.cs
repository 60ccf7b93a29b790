using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.RegularExpressions;
using Serverless.Storage;

namespace Serverless.CsvJobs.Sets;

/// <summary>
/// Blobs of <c>incoming</c> that are one job's input: a folder with all below it (<c>2024/</c>), or a pattern (<c>2024/*.csv</c>), in which
/// <c>*</c> stands for any characters but a slash, <c>**</c> for any, and <c>?</c> for one.
/// </summary>
internal sealed class BlobPattern
{
    private const string RootFolder = "files";

    private readonly Regex? _names;

    private BlobPattern(string text)
    {
        Text = text;
        var wildcard = text.AsSpan().IndexOfAny('*', '?');
        Prefix = wildcard < 0 ? text : text[..wildcard];
        if (wildcard < 0) return;
        _names = new Regex(
            Translate(text.EndsWith('/') ? text + "**" : text), RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);
    }

    /// <summary>The pattern within the container.</summary>
    public string Text { get; }

    /// <summary>The start of every name that fits.</summary>
    public string Prefix { get; }

    /// <summary>The folder that the files lie in, which the job's results are named after.</summary>
    public string Folder => Prefix.LastIndexOf('/') is > 0 and var end ? Prefix[..end] : RootFolder;

    /// <summary>Reads a pattern that was found valid before.</summary>
    public static BlobPattern Of(string text) => new(text);

    /// <summary>Reads a pattern as requests give it, with the container.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out BlobPattern? pattern, [NotNullWhen(false)] out string? fault)
    {
        pattern = null;
        var isFolder = text.EndsWith('/');
        if (!isFolder && !text.AsSpan().ContainsAny('*', '?'))
        {
            fault = "Must be a folder such as \"incoming/2024/\" or a pattern such as \"incoming/2024/*.csv\"; one file is named by the " +
                "option blob.";
            return false;
        }

        // With letters for what stands for others it is to be a blob's name.
        var name = text.TrimEnd('/').Replace('*', 'x').Replace('?', 'x');
        if (!BlobName.TryParse(name, [Containers.Incoming], out _, out fault)) return false;
        pattern = new BlobPattern(text[(Containers.Incoming.Length + 1)..]);
        return true;
    }

    /// <summary>True for the path of a file that is meant. Schemas, and what is hidden by a dot, are no input.</summary>
    public bool Fits(string path) =>
        path.StartsWith(Prefix, StringComparison.Ordinal) && _names?.IsMatch(path) != false && !IncomingBlobs.IsSchema(path)
            && !path.EndsWith('/') && path[path.LastIndexOf('/') + 1] != '.';

    private static string Translate(string text)
    {
        var pattern = new StringBuilder(@"\A");
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '?') pattern.Append("[^/]");
            else if (text[i] != '*') pattern.Append(Regex.Escape(text[i].ToString()));
            else if (i + 1 < text.Length && text[i + 1] == '*')
            {
                pattern.Append("(?s:.*)");
                i++;
            }
            else
            {
                pattern.Append("[^/]*");
            }
        }

        return pattern.Append(@"\z").ToString();
    }
}
