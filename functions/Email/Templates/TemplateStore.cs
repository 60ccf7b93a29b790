using System.Collections.Concurrent;
using System.Reflection;
using System.Text.RegularExpressions;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Serverless.Storage;

namespace Serverless.Email.Templates;

/// <summary>
/// Finds templates by name: <c>name.html.liquid</c>, with <c>name.subject.liquid</c> and <c>name.text.liquid</c> beside it where wanted, in
/// the container <c>templates</c>, else among those of the app. A template is fetched and compiled again only when its ETags change.
/// </summary>
internal sealed partial class TemplateStore(Containers containers, TimeProvider time)
{
    /// <summary>The size of a template's part.</summary>
    internal const long MaxBytes = 1 << 20;

    private const int MaxKept = 256;
    private const string Embedded = "email/";

    private static readonly string[] PartNames = ["html", "subject", "text"];
    private static readonly Assembly App = typeof(TemplateStore).Assembly;

    private readonly Liquid _liquid = new(time);
    private readonly ConcurrentDictionary<string, Part> _parts = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<TemplateSource, EmailTemplate> _compiled = new();

    /// <summary>True when a text can be a template's name: 1 to 100 letters, digits and <c>. _ -</c>, in folders or not.</summary>
    public static bool IsName(string name) => Name().IsMatch(name);

    /// <summary>Finds a template.</summary>
    /// <returns>Null when there is none of that name.</returns>
    /// <exception cref="TemplateException">It is no Liquid, or too large.</exception>
    public async Task<EmailTemplate?> FindAsync(string name, CancellationToken cancellationToken)
    {
        var container = await containers.GetAsync(Containers.Templates, cancellationToken);
        var parts = await Task.WhenAll(PartNames.Select(p => FetchAsync(container, $"{name}.{p}.liquid", cancellationToken)));
        var source = parts[0] is { } html
            ? new TemplateSource(name, parts[1]?.Trim(), html, parts[2])
            : ReadEmbedded(name, "html") is { } own
                ? new TemplateSource(name, ReadEmbedded(name, "subject")?.Trim(), own, ReadEmbedded(name, "text")) : null;
        return source is null ? null : Compile(source);
    }

    /// <summary>Compiles a template, unless that was done before.</summary>
    /// <exception cref="TemplateException">It is no Liquid.</exception>
    public EmailTemplate Compile(TemplateSource source)
    {
        if (_compiled.TryGetValue(source, out var known)) return known;
        if (_compiled.Count >= MaxKept) _compiled.Clear();
        return _compiled[source] = new EmailTemplate(_liquid, source);
    }

    private async Task<string?> FetchAsync(BlobContainerClient container, string blob, CancellationToken cancellationToken)
    {
        var known = _parts.GetValueOrDefault(blob);
        try
        {
            var conditions = known is null ? null : new BlobRequestConditions { IfNoneMatch = known.ETag };
            var answer = await container.GetBlobClient(blob)
                .DownloadStreamingAsync(new BlobDownloadOptions { Conditions = conditions }, cancellationToken);
            if (answer.GetRawResponse().Status == 304) return known!.Text;
            await using var content = answer.Value.Content;
            if (answer.Value.Details.ContentLength > MaxBytes)
                throw new TemplateException($"{Containers.Templates}/{blob} is larger than {MaxBytes} bytes.");
            using var reader = new StreamReader(content);
            var text = await reader.ReadToEndAsync(cancellationToken);
            if (_parts.Count >= MaxKept) _parts.Clear();
            _parts[blob] = new Part(answer.Value.Details.ETag, text);
            return text;
        }
        catch (RequestFailedException e) when (e.Status == 304)
        {
            return known!.Text;
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            _parts.TryRemove(blob, out _);
            return null;
        }
    }

    private static string? ReadEmbedded(string name, string part)
    {
        using var stream = App.GetManifestResourceStream($"{Embedded}{name}.{part}.liquid");
        if (stream is null) return null;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    [GeneratedRegex(@"^(?=.{1,100}\z)[A-Za-z0-9_\-]+([./][A-Za-z0-9_\-]+)*\z")]
    private static partial Regex Name();

    private sealed record Part(ETag ETag, string Text);
}
