using System.Text.Json.Nodes;
using Serverless.Local.Screens;

namespace Serverless.Local.Jobs;

/// <summary>The surroundings of the upload of a job's input.</summary>
/// <param name="Options">The job's options.</param>
/// <param name="Progress">Hears how far it is.</param>
/// <param name="Time">The clock.</param>
internal sealed record Upload(JsonObject Options, IProgress<Step> Progress, TimeProvider Time);
