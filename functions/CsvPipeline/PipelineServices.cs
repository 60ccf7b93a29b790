using Microsoft.Extensions.DependencyInjection;
using Serverless.Workflows;

namespace Serverless.CsvPipeline;

/// <summary>Registers the steps of the data processing pipeline that are orchestrations; its tasks are found by their attributes.</summary>
internal static class PipelineServices
{
    public static IServiceCollection AddCsvPipeline(this IServiceCollection services) => services
        .AddSingleton<InputValidator>()
        .AddSingleton<PipelineReports>()
        .AddSingleton<WorkflowOrchestration, FileCleaning>()
        .AddSingleton<WorkflowOrchestration, FeatureExtraction>();
}
