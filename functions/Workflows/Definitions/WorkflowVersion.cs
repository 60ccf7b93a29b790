using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using Serverless.Http;

namespace Serverless.Workflows.Definitions;

/// <summary>A registered version of a workflow.</summary>
/// <param name="Name">The workflow.</param>
/// <param name="Version">From 1.</param>
/// <param name="Hash">Of its content.</param>
/// <param name="Registered">When.</param>
internal sealed record WorkflowVersion(string Name, int Version, [property: JsonIgnore] string Hash, DateTimeOffset Registered)
{
    /// <summary>The purpose of the workflow, in words.</summary>
    public string? Description { get; init; }

    /// <summary>It says that the workflow was deleted: runs that are there keep their versions, and numbers go on.</summary>
    [JsonIgnore]
    internal bool IsDeletion { get; init; }

    /// <summary>The number of steps, those inside others included.</summary>
    public int Steps { get; init; }
}

/// <summary>A definition names a version that cannot follow.</summary>
internal sealed class VersionConflictException(string name, int given, int next)
    : Exception(
        $"The next version of the workflow '{name}' is {next}; the definition says {given}. Somebody may have registered another one " +
        $"meanwhile: look at it, or leave out \"version\"."), IRefusal
{
    /// <inheritdoc/>
    public int Status => StatusCodes.Status409Conflict;

    /// <inheritdoc/>
    public string Title => "Another version comes next";
}
