using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Serverless.Local.Commands.Remote;

/// <summary>Lists of a host, which come in pages: one may have few, or none, although others follow.</summary>
internal static class HostPages
{
    /// <summary>The pages of a list, each asked for once the one before was taken.</summary>
    /// <param name="api">The host.</param>
    /// <param name="path">The list, below <c>/api/</c>.</param>
    /// <param name="query">What is asked for.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async IAsyncEnumerable<JsonElement> ReadPagesAsync(
        this HostApi api, string path, IReadOnlyList<(string Name, string? Value)> query,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? after = null;
        do
        {
            var page = await api.GetAsync(HostApi.BuildPath(path, [.. query, ("after", after)]), cancellationToken);
            yield return page;
            after = page.TryGetProperty("next", out var next) && next.ValueKind == JsonValueKind.String ? next.GetString() : null;
        }
        while (after is not null);
    }

    /// <summary>The first of a list.</summary>
    /// <param name="api">The host.</param>
    /// <param name="path">The list, below <c>/api/</c>.</param>
    /// <param name="items">The member that has them.</param>
    /// <param name="top">At most so many.</param>
    /// <param name="maxPage">The most that a page may have.</param>
    /// <param name="query">What is asked for.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task<IReadOnlyList<JsonElement>> ReadListAsync(
        this HostApi api, string path, string items, int top, int maxPage, IReadOnlyList<(string Name, string? Value)> query,
        CancellationToken cancellationToken)
    {
        var found = new List<JsonElement>();
        var size = ("size", Math.Min(maxPage, top).ToString(CultureInfo.InvariantCulture));
        await foreach (var page in api.ReadPagesAsync(path, [.. query, size], cancellationToken))
        {
            found.AddRange(page.GetProperty(items).EnumerateArray());
            if (found.Count >= top) break;
        }

        return [.. found.Take(top)];
    }
}
