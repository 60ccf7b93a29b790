namespace Serverless.Files;

/// <summary>A file as lists and answers name it.</summary>
/// <param name="Path">Its path within the container.</param>
/// <param name="Url">Where it is read, from the host's root.</param>
/// <param name="Size">In bytes.</param>
/// <param name="ContentType">What it is.</param>
/// <param name="ETag">Its version, for <c>If-Match</c>.</param>
/// <param name="ModifiedAt">When it was written.</param>
internal sealed record FileDescription(
    string Path, string Url, long Size, string ContentType, string ETag, DateTimeOffset ModifiedAt);

/// <summary>A page of files.</summary>
/// <param name="Container">Where they lie.</param>
/// <param name="Files">By path.</param>
/// <param name="Next">The value for <c>after</c> that gives the next page; null on the last.</param>
internal sealed record FilePage(string Container, IReadOnlyList<FileDescription> Files, string? Next);

/// <summary>The containers that have files.</summary>
/// <param name="Containers">All of them.</param>
internal sealed record FileContainers(IReadOnlyList<FileContainer> Containers);

/// <summary>A container.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Holds">What lies in it.</param>
/// <param name="Url">Where its files are listed, from the host's root.</param>
/// <param name="Writable">Files may be put into it.</param>
/// <param name="Removable">Files may be removed from it.</param>
internal sealed record FileContainer(string Name, string Holds, string Url, bool Writable, bool Removable);
