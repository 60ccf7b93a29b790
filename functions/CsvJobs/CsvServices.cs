using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Csv.Keys;
using Serverless.CsvJobs.Finishing;
using Serverless.CsvJobs.Intake;
using Serverless.CsvJobs.Keys;
using Serverless.CsvJobs.Load;
using Serverless.CsvJobs.Preview;
using Serverless.CsvJobs.Requests;
using Serverless.CsvJobs.Run;
using Serverless.CsvJobs.Store;
using Serverless.Jobs;
using Serverless.Timers;

namespace Serverless.CsvJobs;

/// <summary>Registers what CSV jobs need.</summary>
internal static class CsvServices
{
    /// <summary>Adds the CSV jobs; storage is reached at the first use, not here.</summary>
    public static IServiceCollection AddCsvJobs(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<CsvSettings>().Bind(configuration.GetSection("Csv")).ValidateDataAnnotations().ValidateOnStart();
        return services
            .AddSingleton(CsvJobStore.Form)
            .AddSingleton<CsvJobStore>()
            .AddSingleton<IncomingBlobs>()
            .AddSingleton<IncomingStarter>()
            .AddSingleton<BlobIntake>()
            .AddSingleton<SchemaSource>()
            .AddSingleton<CsvJobStarter>()
            .AddSingleton<CsvJobFollower>()
            .AddSingleton<IJobKind>(p => p.GetRequiredService<CsvJobFollower>())
            .AddSingleton(p => new Lazy<FinishTeller>(p.GetRequiredService<FinishTeller>))
            .AddSingleton<UntoldEnds>()
            .AddSingleton<IJobKind>(p => p.GetRequiredService<UntoldEnds>())
            .AddSingleton<CsvJobReader>()
            .AddSingleton<CsvJobControl>()
            .AddSingleton<FinishCheck>()
            .AddSingleton<FinishTeller>()
            .AddSingleton<RequestCheck>()
            .AddSingleton<OrphanedPartCleaner>()
            .AddSingleton<ReconciledBlobs>()
            .AddTimedWork<CsvReconciler>()
            .AddSingleton<CsvPlans>()
            .AddSingleton<CsvSpeeds>()
            .AddSingleton<CsvPreviewer>()
            .AddSingleton<GivenSchemas>()
            .AddSingleton<MaskKeys>()
            .AddSingleton<LoadConnections>()
            .AddSingleton<LoadPreparer>()
            .AddSingleton<LoadCommitter>()
            .AddSingleton<RangeLoader>()
            .AddSingleton<MendLoader>()
            .AddSingleton<RangeProcessor>()
            .AddSingleton(KeyHashing.Default)
            .AddSingleton<KeyCollector>();
    }
}
