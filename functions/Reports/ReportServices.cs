using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Timers;

namespace Serverless.Reports;

/// <summary>Registers the daily reports.</summary>
internal static class ReportServices
{
    /// <summary>Adds the daily reports; storage is reached at the first use, not here.</summary>
    public static IServiceCollection AddReports(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<ReportSettings>().Bind(configuration.GetSection("Reports")).ValidateDataAnnotations().ValidateOnStart();
        return services
            .AddSingleton<ReportStore>()
            .AddSingleton<CsvDay>()
            .AddSingleton<MailDay>()
            .AddSingleton<ReportMail>()
            .AddSingleton<DailyReportCollector>()
            .AddTimedWork<DailyReportTimer>();
    }
}
